/**
 * Built-in sign-in for installations without a forge: the operator hands out single-use codes. Owns
 * the tables {@code local_person}, {@code sign_in_code} and {@code sign_in_ticket}. Promises that a
 * code lets one browser in once, within 15 minutes, and that guessing is slower than expiry. May
 * touch foundation and access. Must not know OAuth's server side: it behaves like any upstream's
 * authorization endpoint. Start reading at {@link postern.forge.local.LocalUpstream}, then {@code
 * SignInPages}.
 */
package postern.forge.local;
