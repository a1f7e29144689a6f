# What must be on the machine before the first compiler call; part of Makefile.

# The packages that dpkg does not know as installed.  A system without dpkg is
# left to its owner: the compiler names what it misses.
MISSING = $(shell command -v dpkg-query >/dev/null && for p in $(DEPS); do \
	dpkg-query -W -f '$${Status}\n' $$p 2>/dev/null | \
	grep -q '^install ok installed' || echo $$p; done)
SUDO = $(shell [ "$$(id -u)" = 0 ] || echo sudo)

# Node may have come from elsewhere than Debian, and then brings npm along.
NODE = $(shell command -v npm >/dev/null || echo nodejs npm)

deps:
	@missing="$(strip $(MISSING))"; \
	if [ -z "$$missing" ]; then echo "deps: nothing is missing"; else \
	echo "deps: installing $$missing" && $(SUDO) apt-get update -qq && \
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
	--no-install-recommends $$missing >/dev/null; fi

$(B)/deps: Makefile
	@mkdir -p $(@D)
	@$(MAKE) --no-print-directory deps
	@touch $@

.PHONY: deps
