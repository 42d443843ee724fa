/**
 * Keys and what is done with them: the master keyset, sealing, minting and hashing of tokens, and
 * the wraps that let only the holder of a live token open what belongs to its grant. Owns the table
 * {@code vault_key} (the pepper and the row-authentication key, sealed under the master keyset; a
 * wrong master key is noticed there), {@code keys_in_use} and {@code key_rotation}. Promises that
 * no secret leaves in a message or a {@code toString}. May touch core and store. Must not know
 * grants, users or HTTP. Start reading at {@link postern.vault.Vault}.
 */
package postern.vault;
