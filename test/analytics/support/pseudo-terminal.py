"""Runs a command on a pseudo terminal of 80 by 20: what it reads on standard input is typed, what it prints is the screen."""
import fcntl, os, pty, select, struct, sys, termios

pid, screen = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 20, 80, 0, 0))
    os.execvp(sys.argv[1], sys.argv[1:])
keys = 0
while True:
    ready, _, _ = select.select([screen] if keys is None else [screen, keys], [], [])
    if keys is not None and keys in ready:
        typed = os.read(keys, 65536)
        if typed:
            os.write(screen, typed)
        else:
            keys = None
    if screen in ready:
        try:
            printed = os.read(screen, 65536)
        except OSError:
            break
        if not printed:
            break
        os.write(1, printed)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) % 256)
