package postern.forge.admin;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The release of a forge, from the text of {@code /api/v1/version}: {@code 15.0.3+gitea-1.22.0} is
 * a Forgejo, {@code 1.23.0} a Gitea. Forgejos before 7 count as Gitea; both are too old.
 *
 * @param text as the forge says it, letters, digits and {@code .+-~_} only
 */
public record ForgeVersion(String text, Product product, int major, int minor, int patch) {
    private static final Pattern SHAPE =
            Pattern.compile(
                    "v?([0-9]{1,4})\\.([0-9]{1,4})(?:\\.([0-9]{1,4}))?[0-9A-Za-z.+~_-]{0,80}");
    private static final int FIRST_OWN_NUMBER = 7;

    /** Who makes it. */
    public enum Product {
        FORGEJO("Forgejo"),
        GITEA("Gitea");

        private final String label;

        Product(String label) {
            this.label = label;
        }
    }

    static Optional<ForgeVersion> parse(String text) {
        Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) return Optional.empty();
        int major = Integer.parseInt(matcher.group(1));
        boolean forgejo = major >= FIRST_OWN_NUMBER || text.contains("+gitea-");
        return Optional.of(
                new ForgeVersion(
                        text,
                        forgejo ? Product.FORGEJO : Product.GITEA,
                        major,
                        Integer.parseInt(matcher.group(2)),
                        matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3))));
    }

    /** An OAuth token is held to its scopes: since Forgejo 9 and Gitea 1.23. */
    public boolean keepsScopes() {
        return product == Product.FORGEJO ? isAtLeast(9, 0, 0) : isAtLeast(1, 23, 0);
    }

    /** INVALIDATE_REFRESH_TOKENS where nobody has set it. */
    public boolean rotatesByDefault() {
        return product == Product.FORGEJO && isAtLeast(9, 0, 0);
    }

    /** The verifier of PKCE counts after a consent page, too: Forgejo 15.0, 14.0.3, 11.0.11. */
    public boolean checksVerifier() {
        if (product == Product.GITEA) return false;
        return isAtLeast(15, 0, 0)
                || (major == 14 && isAtLeast(14, 0, 3))
                || (major == 11 && isAtLeast(11, 0, 11));
    }

    private boolean isAtLeast(int wantedMajor, int wantedMinor, int wantedPatch) {
        if (major != wantedMajor) return major > wantedMajor;
        if (minor != wantedMinor) return minor > wantedMinor;
        return patch >= wantedPatch;
    }

    /** For people: {@code Forgejo 15.0.3}. */
    @Override
    public String toString() {
        return product.label + " " + major + "." + minor + "." + patch;
    }
}
