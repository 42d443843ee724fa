/**
 * Looks for secrets where none may be: {@link SecretSearch} knows how a secret looks in the usual
 * encodings. Touches only the JDK.
 */
package postern.testkit.secrets;
