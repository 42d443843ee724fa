/**
 * The only way from a child to the forge: a loopback listener that takes a dummy token, puts the
 * person's real one in, and keeps it out of everything that goes back. Promises that no child ever
 * holds a real token, that a read-only grant changes nothing, that nothing which would outlive the
 * session is made (docs/decisions/relay-limits.md), that no host but the forge is called, and that
 * a dummy token is worthless from the moment its lease is closed, that what is refused holds no
 * thread, and that neither one person's sessions nor strangers on this machine leave the others
 * without an answer. May touch core and the exceptions of access; gets its tokens through {@link
 * postern.forge.relay.RelayAccess} and tells of calls through {@link
 * postern.forge.relay.RelayListener}. Must not know the database, the vault or OAuth. Start reading
 * at {@link postern.forge.relay.Relay}, then {@code RelayHandler} and {@code AdmissionRules}.
 */
package postern.forge.relay;
