package postern.testkit.forgejo;

/** The HTML that a person sees; reduced to what a browser-like client needs. */
final class Pages {
    private Pages() {}

    static String signIn(Site site, String csrf, String login, String problem) {
        String note = problem.isEmpty() ? "" : "<div class=\"flash-error\">" + problem + "</div>";
        return page(
                "Sign in",
                note
                        + "<form class=\"ui form\" action=\""
                        + site.localLink("/user/login")
                        + "\" method=\"post\">"
                        + csrfField(csrf)
                        + "<label for=\"user_name\">Username or email address</label>"
                        + "<input id=\"user_name\" type=\"text\" name=\"user_name\" value=\""
                        + escaped(login)
                        + "\" autofocus required>"
                        + "<input id=\"password\" name=\"password\" type=\"password\" required>"
                        + "<input name=\"remember\" type=\"checkbox\">"
                        + "<button class=\"ui primary button\">Sign in</button></form>");
    }

    static String consent(
            Site site,
            String csrf,
            DoubleApp app,
            String state,
            String scope,
            String nonce,
            String redirectUri) {
        return page(
                "Authorize " + escaped(app.name()) + " to access your account?",
                "<h3>Authorize \""
                        + escaped(app.name())
                        + "\" to access your account?</h3><p>With scopes: "
                        + escaped(scope)
                        + "</p><p>You will be redirected to <b>"
                        + escaped(redirectUri)
                        + "</b> if you authorize this application.</p>"
                        + "<form method=\"post\" action=\""
                        + site.localLink("/login/oauth/grant")
                        + "\">"
                        + csrfField(csrf)
                        + hidden("client_id", app.clientId())
                        + hidden("state", state)
                        + hidden("scope", scope)
                        + hidden("nonce", nonce)
                        + hidden("redirect_uri", redirectUri)
                        + "<button type=\"submit\" id=\"authorize-app\" name=\"granted\""
                        + " value=\"true\" class=\"ui red inline button\">Authorize Application"
                        + "</button><button type=\"submit\" name=\"granted\" value=\"false\""
                        + " class=\"ui basic primary inline button\">Cancel</button></form>");
    }

    static String refused(String title) {
        return page(
                "Authorization failed",
                "<h3>Authorization failed</h3><p>"
                        + title
                        + "</p><p>The authorization failed because we detected an invalid request."
                        + " Please contact the maintainer of the app you have tried to authorize."
                        + "</p>");
    }

    static String prohibited() {
        return page(
                "Sign in prohibited",
                "<p>Your account is prohibited from signing in, please contact your site"
                        + " administrator.</p>");
    }

    static String page(String title, String content) {
        return "<!DOCTYPE html>\n<html lang=\"en-US\"><head><meta charset=\"utf-8\"><title>"
                + title
                + " - Forgejo double</title></head><body>"
                + content
                + "<footer>Powered by Forgejo</footer></body></html>\n";
    }

    private static String csrfField(String csrf) {
        return csrf.isEmpty() ? "" : hidden("_csrf", csrf);
    }

    private static String hidden(String name, String value) {
        return "<input type=\"hidden\" name=\"" + name + "\" value=\"" + escaped(value) + "\">";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&#34;");
    }
}
