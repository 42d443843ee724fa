/**
 * The packaged program as tests run it: {@link PosternProcess} starts {@code bin/postern} of an
 * unpacked distribution in a folder and environment of its own, waits until it is ready, shows its
 * output and its processes, and leaves nothing behind. Knows nothing of the program but its
 * variables, its ready line and {@code /readyz}. Touches the JDK and {@code testkit.http}.
 */
package postern.testkit.program;
