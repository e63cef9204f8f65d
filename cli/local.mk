# SPDX-License-Identifier: MIT
bin_PROGRAMS += proxenos
proxenos_SOURCES = \
	cli/arguments.c cli/arguments.h \
	cli/complete.c cli/complete.h \
	cli/completion.c \
	cli/compare.c cli/compare.h \
	cli/config.c \
	cli/diff.c \
	cli/exec.c \
	cli/explain.c \
	cli/flags.c cli/flags.h \
	cli/help.c cli/help.h \
	cli/json.c cli/json.h \
	cli/keys.c cli/keys.h \
	cli/main.c \
	cli/message.c cli/message.h \
	cli/node-output.c cli/node-output.h \
	cli/node-text.c cli/node-text.h \
	cli/nodes.c \
	cli/options.c cli/options.h \
	cli/output.c cli/output.h \
	cli/owns.c \
	cli/plugins-list.c \
	cli/plugins-new.c \
	cli/plugins-test.c \
	cli/plugins.c cli/plugins.h \
	cli/preloaded.c cli/preloaded.h \
	cli/progress.c cli/progress.h \
	cli/select.c \
	cli/session.c cli/session.h \
	cli/signals.c cli/signals.h \
	cli/simulate-chart.c cli/simulate.h \
	cli/simulate-svg.c \
	cli/simulate.c \
	cli/simulation-run.c \
	cli/simulation.c \
	cli/statistics.c cli/statistics.h \
	cli/stream-answer.c cli/stream-answer.h \
	cli/stream.c cli/stream.h \
	cli/table.c cli/table.h \
	cli/text.c cli/text.h \
	cli/verb.h cli/verbs.c \
	cli/words.c cli/words.h
proxenos_CPPFLAGS = $(AM_CPPFLAGS) -Icli
proxenos_LDADD = core/libproxenos.la -lm
if HAVE_STATIC_PLUGINS
proxenos_CPPFLAGS += -DHAVE_STATIC_PLUGINS
# -static: no uninstalled library of ours is linked dynamically, so it stands alone.
proxenos_LDFLAGS = $(AM_LDFLAGS) -static $(STATIC_PLUGINS:%=-dlpreopen %)
proxenos_LDADD += $(STATIC_PLUGIN_LIBS)
proxenos_DEPENDENCIES = core/libproxenos.la $(STATIC_PLUGINS)
endif

# Files as text in the program: of $files, NAME=FILE each, makes arrays of C.
files_as_text = for file in $$files; do \
	  echo "static const char $${file%=*}[] =" && \
	  $(SED) -e 's/[\\"]/\\&/g' -e 's/^/    "/' -e 's/$$/\\n"/' $${file\#*=} && echo "    ;" || exit 1; \
	done

# The scripts of `proxenos completion`: installed as files, and as text in the program.
dist_bashcompletion_DATA = cli/completions/proxenos
dist_fishcompletion_DATA = cli/completions/proxenos.fish
dist_zshcompletion_DATA = cli/completions/_proxenos
cli/proxenos-completion.$(OBJEXT): cli/completion-scripts.h
cli/completion-scripts.h: cli/local.mk $(dist_bashcompletion_DATA) $(dist_fishcompletion_DATA) $(dist_zshcompletion_DATA)
	$(AM_V_GEN)$(MKDIR_P) cli && cd $(srcdir)/cli/completions && \
	files='bash_script=proxenos fish_script=proxenos.fish zsh_script=_proxenos' && \
	{ $(files_as_text); } >$(abs_top_builddir)/$@.tmp && mv $(abs_top_builddir)/$@.tmp $(abs_top_builddir)/$@

# The projects of `proxenos plugins new`.
plugin_templates = \
	cli/templates/README.md.in \
	cli/templates/backend.c.in \
	cli/templates/hash.c.in \
	cli/templates/make.in \
	cli/templates/test-backend.sh.in \
	cli/templates/test-hash.sh.in
plugin_template_texts = \
	backend_template=backend.c.in \
	hash_template=hash.c.in \
	make_template=make.in \
	readme_template=README.md.in \
	test_backend_template=test-backend.sh.in \
	test_hash_template=test-hash.sh.in
EXTRA_DIST += $(plugin_templates)
cli/proxenos-plugins-new.$(OBJEXT): cli/plugin-templates.h
cli/plugin-templates.h: cli/local.mk $(plugin_templates)
	$(AM_V_GEN)$(MKDIR_P) cli && cd $(srcdir)/cli/templates && \
	files='$(plugin_template_texts)' && \
	{ $(files_as_text); } >$(abs_top_builddir)/$@.tmp && mv $(abs_top_builddir)/$@.tmp $(abs_top_builddir)/$@
CLEANFILES += cli/completion-scripts.h cli/plugin-templates.h
