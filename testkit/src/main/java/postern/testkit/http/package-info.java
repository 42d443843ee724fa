/**
 * What the test clients share: {@link RawAnswer}, an HTTP answer as it came, and {@link Clients},
 * which makes the HTTP clients they use. It hides nothing and follows no redirect, because tests
 * assert what is on the wire. Touches only the JDK and Jackson.
 */
package postern.testkit.http;
