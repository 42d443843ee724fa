package postern.forge;

import postern.access.UpstreamRefused;

/** Somebody has proved who they are, and is not among those whom the operator lets in. */
public final class NotAdmitted extends UpstreamRefused {
    private static final long serialVersionUID = 1L;

    private final String login;

    NotAdmitted(String login) {
        super("not among those who may come in");
        this.login = login;
    }

    /** For the page that tells the person; not for logs. */
    public String login() {
        return login;
    }
}
