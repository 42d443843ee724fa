/**
 * A small HTTP/1.1 server over plain sockets, for doubles that must misbehave as no finished server
 * lets them: cut an answer in the middle, drip it, name another time of day, refuse connections for
 * a while. It promises one request at a time per connection and keeps connections open. It owns its
 * listener and its connections, and must not know what is served. Touches only the JDK. Start
 * reading at {@link WireServer}.
 */
package postern.testkit.wire;
