/**
 * The database: connections, transactions, the one writer with group commit, the migrations runner,
 * backups and putting one back. Owns no table; each room brings its own tables and SQL. Promises
 * that a write which has returned survives power loss, and that a failed write has changed nothing.
 * May touch core. Must not know grants, tokens, HTTP. Start reading at {@link
 * postern.store.Database}.
 */
package postern.store;
