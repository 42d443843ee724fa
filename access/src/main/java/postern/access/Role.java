package postern.access;

/** What somebody who may come in may do here beyond their own things. */
public enum Role {
    MEMBER,
    ADMINISTRATOR
}
