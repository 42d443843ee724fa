package postern.forge.local;

import postern.core.Check;
import postern.store.Tx;
import postern.vault.Purpose;
import postern.vault.Vault;

import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Codes, tickets and people of the built-in sign-in. Methods are part of the caller's transaction,
 * so looking and spending are one step. Texts of codes and tickets are stored as keyed hashes only,
 * and a MAC over each row keeps a writer to the database from changing whom it signs in.
 */
final class LocalSignIns {
    static final Duration CODE_LIFE = Duration.ofMinutes(15);
    static final Duration TICKET_LIFE = Duration.ofSeconds(60);
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final int TICKET_BYTES = 32;

    private final Vault vault;
    private final SecureRandom random;

    /** A person of the built-in sign-in. */
    record LocalPerson(long id, String name) {}

    private record Row(byte[] stateHash, String name, Instant expiresAt, byte[] mac) {}

    LocalSignIns(Vault vault, SecureRandom random) {
        this.vault = vault;
        this.random = random;
    }

    /** A new code for {@code name}; an older one of that name is good no longer. */
    String newCode(Tx tx, String name, Instant now) throws SQLException {
        checkName(name);
        String code = CodeText.random(random);
        tx.update("delete from sign_in_code where name = ? or expires_at <= ?", name, now);
        byte[] lookup = codeLookup(code);
        Instant expiresAt = now.plus(CODE_LIFE);
        tx.update(
                "insert into sign_in_code (lookup, name, expires_at, mac) values (?, ?, ?, ?)",
                lookup,
                name,
                expiresAt,
                vault.rowMac(codeRow(lookup, name, expiresAt)));
        return CodeText.shown(code);
    }

    static void checkName(String name) {
        Check.that(
                NAME.matcher(name).matches(),
                "name",
                "must be a lower case letter, then up to 31 of a-z, 0-9 and -");
    }

    /** Whether it is worth the while to spend it. */
    boolean hasCode(Tx tx, String code) throws SQLException {
        return tx.first(
                        "select 1 from sign_in_code where lookup = ?",
                        row -> row.getInt(1),
                        (Object) codeLookup(code))
                .isPresent();
    }

    /**
     * Spends the code for a ticket that belongs to {@code state}; empty when the code is not good.
     */
    Optional<String> redeemCode(Tx tx, String code, String state, Instant now) throws SQLException {
        byte[] lookup = codeLookup(code);
        Optional<Row> found =
                tx.first(
                                "select null, name, expires_at, mac from sign_in_code"
                                        + " where lookup = ?",
                                LocalSignIns::read,
                                (Object) lookup)
                        .filter(row ->
                                vault.isRowMac(row.mac, codeRow(lookup, row.name, row.expiresAt)));
        if (found.isEmpty()) return Optional.empty();
        tx.update("delete from sign_in_code where lookup = ?", (Object) lookup);
        if (!now.isBefore(found.get().expiresAt)) return Optional.empty();
        return Optional.of(newTicket(tx, state, found.get().name, now));
    }

    private String newTicket(Tx tx, String state, String name, Instant now) throws SQLException {
        var bytes = new byte[TICKET_BYTES];
        random.nextBytes(bytes);
        String ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        byte[] lookup = ticketLookup(ticket);
        Instant expiresAt = now.plus(TICKET_LIFE);
        tx.update("delete from sign_in_ticket where expires_at <= ?", now);
        tx.update(
                "insert into sign_in_ticket (lookup, state_hash, name, expires_at, mac)"
                        + " values (?, ?, ?, ?, ?)",
                lookup,
                stateHash(state),
                name,
                expiresAt,
                vault.rowMac(ticketRow(lookup, stateHash(state), name, expiresAt)));
        return ticket;
    }

    /**
     * Spends the ticket, whatever comes of it; empty when it is not good or belongs to another
     * state.
     */
    Optional<LocalPerson> redeemTicket(Tx tx, String ticket, String state, Instant now)
            throws SQLException {
        byte[] lookup = ticketLookup(ticket);
        Optional<Row> found =
                tx.first(
                                "select state_hash, name, expires_at, mac from sign_in_ticket"
                                        + " where lookup = ?",
                                LocalSignIns::read,
                                (Object) lookup)
                        .filter(row ->
                                vault.isRowMac(
                                        row.mac,
                                        ticketRow(lookup, row.stateHash, row.name, row.expiresAt)));
        if (found.isEmpty()) return Optional.empty();
        tx.update("delete from sign_in_ticket where lookup = ?", (Object) lookup);
        Row row = found.get();
        if (!now.isBefore(row.expiresAt) || !Arrays.equals(row.stateHash, stateHash(state))) {
            return Optional.empty();
        }
        return Optional.of(person(tx, row.name, now));
    }

    private static LocalPerson person(Tx tx, String name, Instant now) throws SQLException {
        tx.update("insert or ignore into local_person (name, created_at) values (?, ?)", name, now);
        return tx.first(
                        "select id, name from local_person where name = ?",
                        row -> new LocalPerson(row.getLong(1), row.getString(2)),
                        name)
                .orElseThrow();
    }

    /** Proves that a form was made for this browser and this state. */
    String formToken(String browser, String state) {
        byte[] mac = vault.keyedHash("sign-in-form", browser + '\0' + state);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(mac);
    }

    private byte[] codeLookup(String code) {
        return vault.keyedHash("sign-in-code", code);
    }

    private byte[] ticketLookup(String ticket) {
        return vault.keyedHash("sign-in-ticket", ticket);
    }

    private byte[] stateHash(String state) {
        return vault.keyedHash("sign-in-state", state);
    }

    private static Purpose codeRow(byte[] lookup, String name, Instant expiresAt) {
        return Purpose.of(
                "sign_in_code",
                HexFormat.of().formatHex(lookup),
                name,
                Long.toString(expiresAt.toEpochMilli()));
    }

    private static Purpose ticketRow(
            byte[] lookup, byte[] stateHash, String name, Instant expiresAt) {
        return Purpose.of(
                "sign_in_ticket",
                HexFormat.of().formatHex(lookup),
                HexFormat.of().formatHex(stateHash),
                name,
                Long.toString(expiresAt.toEpochMilli()));
    }

    private static Row read(ResultSet row) throws SQLException {
        return new Row(
                row.getBytes(1),
                row.getString(2),
                Tx.instant(row, "expires_at").orElseThrow(),
                row.getBytes(4));
    }
}
