/**
 * Commands for operators that are not the server (users, grants, keys, backup, restore, config,
 * setup, doctor): each reads the same settings and works on the same data folder, also while a
 * server is running on it; only restore needs the folder for itself. May use every room but {@code
 * app}'s wiring. Start reading at {@link postern.cli.UsersCommand}.
 */
package postern.cli;
