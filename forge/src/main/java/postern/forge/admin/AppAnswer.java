package postern.forge.admin;

/** What the forge thinks of our application; it looks in this order, and says the first no. */
public enum AppAnswer {
    UNKNOWN,
    SECRET_WRONG,
    CALLBACK_NOT_REGISTERED,
    /** All three are right. */
    RIGHT
}
