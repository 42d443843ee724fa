package postern.vault;

import postern.core.Secret;

/**
 * A token that was just minted or presented: its text, and what the database knows of it.
 *
 * @param text the whole token as clients see it
 */
public record Token(TokenKind kind, Secret text, TokenLookup lookup) {}
