/**
 * What an operator's commands ask of the forge, with no person involved: what it is, whether it
 * knows our application and with which settings ({@link postern.forge.admin.ForgeInspector}); and,
 * with the operator's own credentials, making that application ({@link
 * postern.forge.admin.Applications}). Promises that whatever the forge answers becomes a value that
 * says in plain words what is wrong and what to change, and that nothing which it was sent or has
 * answered is in those words. May touch core, and the short requests of {@code forge}. Must not
 * know the database, the vault or commands. Start reading at {@link
 * postern.forge.admin.ForgeInspector}.
 */
package postern.forge.admin;
