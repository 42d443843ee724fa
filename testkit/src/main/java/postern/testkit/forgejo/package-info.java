/**
 * A Forgejo that tests can steer: sign-in pages, OAuth2 provider and the part of the API that MCP
 * children use, served over HTTP on loopback. It answers as Forgejo 15 does, with its exact texts,
 * because callers have to live with those texts; where versions differ, {@link Personality} holds
 * the difference as data. It owns no file and survives nothing: state ends with the object. Touches
 * only the JDK and Jackson. Start reading at {@link ForgejoDouble}; sections named A2, A6 and so on
 * are those of the collected facts about Forgejo as an upstream.
 */
package postern.testkit.forgejo;
