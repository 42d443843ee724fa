/**
 * Small programs for scripts of the tests. Touches nothing but the JDK. Start reading at {@link
 * postern.testkit.FreePort}; the helpers are in the packages below.
 */
package postern.testkit;
