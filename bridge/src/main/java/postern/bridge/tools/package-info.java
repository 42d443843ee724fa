/**
 * Which tools of a server read, write or destroy: the tables (shipped as {@code *.json} beside this
 * package, extended by an operator), and what follows from them for one grant. Promises that a tool
 * in no table counts as writing, and that nothing of an answer changes but the tools that are
 * hidden and the annotations of those that a table knows. Holds no connection and no state. May
 * touch core, http's strict JSON and access's scopes. Must not know sessions, children or how a
 * refusal is answered. Start reading at {@link postern.bridge.tools.ToolPolicy}.
 */
package postern.bridge.tools;
