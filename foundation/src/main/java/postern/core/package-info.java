/**
 * What three or more rooms need and none of them owns: {@link Secret}, {@link DataSize}, {@link
 * Check}, {@link Undo}, {@link Ticker}. Nothing else moves in. Touches nothing but the JDK and
 * knows no room. Start reading at {@link Secret}.
 */
package postern.core;
