/**
 * The settings: their definitions ({@link postern.app.config.Settings}), from which the reference
 * page is generated, and reading them from variables, files and flags. Promises that all problems
 * are reported at once, that an unknown name stops the start, and that no secret is printed.
 * Touches core and the value types of the rooms that it configures. Start reading at {@link
 * postern.app.config.Settings}.
 */
package postern.app.config;
