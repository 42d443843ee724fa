/**
 * The packaged program with two things in our hands that nobody else has: its clock, and a fault at
 * any step of its store. {@link postern.e2e.controlled.ControlledServer} runs in a process of its
 * own on the packaged jars and takes orders on standard input; {@link
 * postern.e2e.controlled.ServerControl} gives them. Nothing of it is in the program.
 */
package postern.e2e.controlled;
