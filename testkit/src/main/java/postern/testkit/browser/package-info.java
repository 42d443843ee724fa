/**
 * A client that behaves like a person's browser as far as sign-in flows can notice: cookies with
 * their rules, forms, {@code Origin}, {@code Sec-Fetch-Site} and the referrer policy's effect on
 * them. It follows redirects only when told to and can stop before a redirect URI, so no listener
 * is needed there. It runs no scripts and loads no subresources. Touches only the JDK and {@code
 * testkit.http}. Start reading at {@link Browser}.
 */
package postern.testkit.browser;
