/**
 * Children: starts, watches and ends stdio server processes, with everything they started. It
 * promises that an ended child leaves no process, zombie, descriptor, thread or directory behind,
 * and that no caller waits for a child unless it asks to. May touch core. Must not know users,
 * OAuth, MCP, HTTP or SQL: callers hand it a {@link LaunchSpec} and get lines. Start reading at
 * {@link Supervisor}, then {@link ManagedChild} and {@link Ending}.
 */
package postern.supervisor;
