/**
 * {@code postern doctor}: says of each thing that an installation needs whether it is right, and
 * what to change. Each check is one small unit in an ordered list. Promises that no fault of the
 * forge or of a server ends it, that it changes nothing, and that no server which it tries is given
 * a person's token. Start reading at {@link postern.cli.doctor.ForgeChecks}, then {@link
 * postern.cli.doctor.DoctorCommand}.
 */
package postern.cli.doctor;
