package postern.e2e.rules;

import java.util.ArrayList;
import java.util.List;

/** The table: every rule of the bar, and the ids that it must have. */
final class AllRules {
    /** How many rules each group has; the groups N and O are not part of the bar. */
    private static final String GROUPS = "A15 B22 C10 D24 E12 F10 G4 H19 I11 J13 K9 L6 M14 P6 Q5";

    private AllRules() {}

    /** A1 to Q5. */
    static List<String> ids() {
        var ids = new ArrayList<String>();
        for (String group : GROUPS.split(" ")) {
            int last = Integer.parseInt(group.substring(1));
            for (int number = 1; number <= last; number++) ids.add(group.charAt(0) + "" + number);
        }
        return ids;
    }

    /** In the order of the ids. */
    static List<Rule> rules() {
        var all = new ArrayList<Rule>();
        all.addAll(MetadataRules.rules());
        all.addAll(DiscoveryRules.rules());
        all.addAll(RegistrationRules.rules());
        all.addAll(RegisteredUriRules.rules());
        all.addAll(RegistrationAbuseRules.rules());
        all.addAll(DocumentRules.rules());
        all.addAll(AuthorizeRules.rules());
        all.addAll(RequestRules.rules());
        all.addAll(AuthorizeHttpRules.rules());
        all.addAll(ConsentRules.rules());
        all.addAll(ConsentPageRules.rules());
        all.addAll(CallbackRules.rules());
        all.addAll(ResponseRules.rules());
        all.addAll(TokenRules.rules());
        all.addAll(ClientAuthRules.rules());
        all.addAll(CodeRules.rules());
        all.addAll(RefreshRules.rules());
        all.addAll(GrantLifeRules.rules());
        all.addAll(RevocationRules.rules());
        all.addAll(IntrospectionRules.rules());
        all.addAll(ResourceServerRules.rules());
        all.addAll(SessionRules.rules());
        all.addAll(TransportRules.rules());
        all.addAll(ValueRules.rules());
        List<String> order = ids();
        all.sort(java.util.Comparator.comparingInt(rule -> order.indexOf(rule.id())));
        return List.copyOf(all);
    }
}
