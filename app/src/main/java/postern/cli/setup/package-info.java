/**
 * {@code postern setup}: makes the OAuth2 application at a Forgejo with the operator's own
 * credentials and writes the settings that follow from it. Promises that those credentials are
 * stored nowhere, that no secret is printed or passed as an argument, that an existing application
 * is never changed, and that an existing file is replaced only when told so, with a copy kept.
 * Start reading at {@link postern.cli.setup.SetupCommand}.
 */
package postern.cli.setup;
