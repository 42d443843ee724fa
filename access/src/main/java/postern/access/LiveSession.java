package postern.access;

import java.time.Duration;

/**
 * A conversation of a grant's client with an MCP server, for people to see and to end.
 *
 * @param handle names it to {@link LiveSessions#end}; opens nothing
 * @param server name of the server definition
 * @param age since it began
 * @param unused since its client last sent or got something
 */
public record LiveSession(String handle, String server, Duration age, Duration unused) {}
