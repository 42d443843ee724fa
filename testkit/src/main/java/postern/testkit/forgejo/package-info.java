/**
 * A Forgejo that tests can steer: sign-in pages, OAuth2 provider and the part of the API that MCP
 * children use, served over HTTP on loopback. It answers as one release of Forgejo or Gitea does,
 * with its exact texts, because callers have to live with those texts; where releases differ,
 * {@link Personality} holds the difference as data. What can go wrong is in {@link Fault}, where in
 * {@link Endpoint}; what people and administrators do meanwhile is in {@link ForgejoDouble}, {@link
 * ForgejoOperator} and {@link ForgejoContent}, and over HTTP below {@code /_double/}. It owns no
 * file and survives nothing: state ends with the object. Touches the JDK, Jackson and the wire
 * room. Start reading at {@link ForgejoDouble}; sections named A2, A6 and so on are those of the
 * collected facts about Forgejo as an upstream.
 */
package postern.testkit.forgejo;
