/**
 * The packaged program as people run it: started as a process beside a Forgejo double, used by real
 * clients, killed, revoked and started on damaged data. Knows of the program only its variables,
 * its ready line, its HTTP surface and its processes. Run by {@code make e2e}; class names end in
 * E2E so that {@code make test} leaves them out. Start reading at {@link postern.e2e.Installation}.
 */
package postern.e2e;
