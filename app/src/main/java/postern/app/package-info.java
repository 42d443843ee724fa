/**
 * The program: puts the rooms together, starts and stops them in order, and talks to whoever
 * started it. The only place with a system clock and a source of randomness. May use every room;
 * nobody uses it. Start reading at {@link postern.app.Main}, then {@link postern.app.Server}.
 */
package postern.app;
