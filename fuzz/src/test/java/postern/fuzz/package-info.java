/**
 * Random input for every parser of foreign input. Each target stands in the package of what it
 * feeds, takes bytes, and fails when a promise of that parser does not hold; a crash is only the
 * plainest case. {@code make fuzz} runs the targets under Jazzer, which looks for new ways through
 * the code; {@code make test} replays the inputs of {@code src/test/resources/corpus}, among them
 * every one that once failed. Start reading at {@link postern.fuzz.Target}.
 */
package postern.fuzz;
