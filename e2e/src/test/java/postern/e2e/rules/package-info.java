/**
 * Every rule of the OAuth bar, by id, against the packaged program over HTTP: a table of {@link
 * postern.e2e.rules.Rule}s, one file per group, and a report of them. A check asserts status,
 * headers and body, and what must not have happened: nothing stored, nothing fetched, nobody asked
 * upstream. Knows of the program its variables, its HTTP surface and the names of its tables. Start
 * reading at {@link postern.e2e.rules.AllRules}; the machinery is {@link
 * postern.e2e.rules.Installations}, {@link postern.e2e.rules.Site} and {@link
 * postern.e2e.rules.Walk}.
 */
package postern.e2e.rules;
