package postern.testkit.forgejo;

/** The one row per user and application; guarded by the {@link Book} it is in (section A7). */
final class Grant {
    final long id;
    final long userId;
    final long appId;

    /** Exactly as the consent form sent it; most releases never change it again. */
    volatile String scope;

    String nonce = "";
    long counter;

    Grant(long id, long userId, long appId, String scope) {
        this.id = id;
        this.userId = userId;
        this.appId = appId;
        this.scope = scope;
    }
}
