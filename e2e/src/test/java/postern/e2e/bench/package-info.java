/**
 * {@code make bench}: how fast the token path of the packaged program is, beside another
 * authorization server in the same run. Nothing is asserted about figures. Start reading at {@link
 * postern.e2e.bench.TokenPathBench}.
 */
package postern.e2e.bench;
