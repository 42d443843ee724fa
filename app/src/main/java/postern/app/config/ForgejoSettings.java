package postern.app.config;

import postern.core.Secret;
import postern.forge.relay.Standing;

import java.net.URI;
import java.util.Set;

/**
 * The Forgejo where people sign in, and what tools may do there; {@link Settings#ALL} has it too.
 */
final class ForgejoSettings {
    private ForgejoSettings() {}

    static final Setting<URI> URL =
            new Setting<>(
                    "POSTERN_FORGEJO_URL",
                    "",
                    "https://git.example.org",
                    false,
                    "The Forgejo (or Gitea) where people sign in, as their browsers reach it."
                            + " Without it, people sign in here with single-use codes.",
                    "",
                    Values::webUrl);

    static final Setting<URI> INTERNAL_URL =
            new Setting<>(
                    "POSTERN_FORGEJO_INTERNAL_URL",
                    "",
                    "http://forgejo:3000",
                    false,
                    "The same Forgejo as this server reaches it, where that is another address.",
                    "",
                    Values::webUrl);

    static final Setting<String> CLIENT_ID =
            new Setting<>(
                    "POSTERN_FORGEJO_CLIENT_ID",
                    "",
                    "5a3c1f0e-0b9c-4c1a-9d53-2f6f2a4f6c11",
                    false,
                    "Client ID of the OAuth2 application in Forgejo. Its redirect URI is the public"
                        + " URL followed by `/oauth/callback`; it must be a confidential client.",
                    "",
                    Values::word);

    static final Setting<Secret> CLIENT_SECRET =
            new Setting<>(
                    "POSTERN_FORGEJO_CLIENT_SECRET",
                    "",
                    "gto_…",
                    true,
                    "Client secret of the same application.",
                    "",
                    Values::secret);

    static final Setting<String> SCOPES =
            new Setting<>(
                    "POSTERN_FORGEJO_SCOPES",
                    "write:repository write:issue write:notification read:user read:organization"
                            + " read:package",
                    "write:repository write:issue read:user",
                    false,
                    "What the tools may do in Forgejo on behalf of a person: scope names separated"
                            + " by single spaces.",
                    "Fewer scopes: some tools answer 403. Forgejo keeps the scope of the first"
                            + " consent until the person revokes it there.",
                    Values::text);

    static final Setting<Set<Standing>> RELAY_ALLOW =
            new Setting<>(
                    Standing.SETTING,
                    "",
                    "hooks,sharing",
                    false,
                    "What tools may make or change in Forgejo although it goes on working after the"
                        + " session: `hooks` (webhooks), `mirrors` (mirrors and migrations),"
                        + " `sharing` (collaborators, teams of a repository, transfers), `actions`"
                        + " (secrets and variables of Actions); separated by commas.",
                    "A tool that was misled can then leave such a thing behind, and it stays when"
                            + " the person ends the grant. Keys, tokens, applications and"
                            + " administration cannot be allowed.",
                    Values::standing);
}
