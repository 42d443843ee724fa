package postern.forge;

import postern.core.Secret;
import postern.vault.CannotOpen;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.OptionalLong;

/** A token set as bytes: a version byte, then its fields, each with its length. */
final class TokenSetCodec {
    private static final int VERSION = 1;
    private static final int MAX_FIELD_BYTES = 64 * 1024;

    private TokenSetCodec() {}

    static Secret write(TokenSet set) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeLong(set.accessExpiresAt().toEpochMilli());
            out.writeBoolean(set.counter().isPresent());
            out.writeLong(set.counter().orElse(0));
            writeField(out, set.accessToken().use(byte[]::clone));
            writeField(out, set.refreshToken().use(byte[]::clone));
            out.writeUTF(set.grantedScope());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return new Secret(bytes.toByteArray());
    }

    /**
     * @throws CannotOpen a version or a length that this program does not write
     */
    static TokenSet read(Secret plain) throws CannotOpen {
        byte[] bytes = plain.use(byte[]::clone);
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (in.readUnsignedByte() != VERSION) throw new CannotOpen();
            Instant expiresAt = Instant.ofEpochMilli(in.readLong());
            boolean counted = in.readBoolean();
            long counter = in.readLong();
            Secret access = readField(in);
            Secret refresh = readField(in);
            return new TokenSet(
                    access,
                    refresh,
                    expiresAt,
                    counted ? OptionalLong.of(counter) : OptionalLong.empty(),
                    in.readUTF());
        } catch (IOException cutShort) {
            throw new CannotOpen();
        }
    }

    private static void writeField(DataOutputStream out, byte[] field) throws IOException {
        out.writeInt(field.length);
        out.write(field);
    }

    private static Secret readField(DataInputStream in) throws IOException, CannotOpen {
        int length = in.readInt();
        if (length < 0 || length > MAX_FIELD_BYTES) throw new CannotOpen();
        byte[] field = in.readNBytes(length);
        if (field.length != length) throw new CannotOpen();
        return new Secret(field);
    }
}
