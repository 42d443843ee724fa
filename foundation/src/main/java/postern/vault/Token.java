package postern.vault;

import postern.core.Secret;

import java.util.Optional;

/**
 * A token that was just minted or presented: its text, and what the database knows of it.
 *
 * @param text the whole token as clients see it
 * @param grantId of an access or refresh token, the grant that this installation once issued it
 *     for: proved by the text alone, whether or not the token is still good
 */
public record Token(TokenKind kind, Secret text, TokenLookup lookup, Optional<String> grantId) {}
