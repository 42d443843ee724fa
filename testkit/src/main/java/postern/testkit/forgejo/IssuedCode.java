package postern.testkit.forgejo;

/** A code that waits for its exchange. It never expires and works once (section A4). */
record IssuedCode(long grantId, String redirectUri, String challenge, String challengeMethod) {}
