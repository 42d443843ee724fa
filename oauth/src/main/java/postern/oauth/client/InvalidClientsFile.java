package postern.oauth.client;

/** The operator's file cannot be used. One line: which entry, and what is wrong with it. */
public final class InvalidClientsFile extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidClientsFile(String fault) {
        super(fault, null, false, false);
    }
}
