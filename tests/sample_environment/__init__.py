"""An environment like the users' own, small but with everything that is awkward in it: it can be
built, damaged and compared, independently of the code that backs it up."""
