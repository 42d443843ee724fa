package postern.http;

import java.net.InetAddress;
import java.util.HexFormat;

/** An address, or all addresses that share their first bits with it: {@code 10.0.0.0/8}. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Network(byte[] address, int prefixBits) {
    /**
     * @throws IllegalArgumentException when {@code text} is neither an address nor a network
     */
    static Network parse(String text) {
        int slash = text.indexOf('/');
        try {
            String literal = slash < 0 ? text : text.substring(0, slash);
            byte[] address = InetAddress.ofLiteral(literal).getAddress();
            int bits = slash < 0 ? address.length * 8 : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > address.length * 8) throw new NumberFormatException();
            return new Network(address, bits);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(
                    "a trusted proxy is an address or a network like 10.0.0.0/8", malformed);
        }
    }

    /** A household or an office is given up to this much (RFC 6177 section 2). */
    private static final int ONE_CALLER_BITS = 56;

    /** {@code address} itself, or for IPv6 the network of 56 bits around it. */
    static String ofOneCaller(String address) {
        if (address.indexOf(':') < 0) return address;
        byte[] bytes = InetAddress.ofLiteral(address).getAddress();
        int kept = Math.min(ONE_CALLER_BITS / 8, bytes.length);
        return HexFormat.of().formatHex(bytes, 0, kept) + "/" + ONE_CALLER_BITS;
    }

    boolean contains(InetAddress other) {
        byte[] bytes = other.getAddress();
        if (bytes.length != address.length) return false;
        for (int bit = 0; bit < prefixBits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if (((bytes[bit / 8] ^ address[bit / 8]) & mask) != 0) return false;
        }
        return true;
    }
}
