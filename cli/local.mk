# SPDX-License-Identifier: MIT
bin_PROGRAMS += proxenos
proxenos_SOURCES = \
	cli/main.c \
	cli/verbs.c cli/verbs.h \
	cli/output/characters.c cli/output/characters.h \
	cli/output/exit.h \
	cli/output/difference.c cli/output/difference.h \
	cli/output/file.c cli/output/file.h \
	cli/output/json.c cli/output/json.h \
	cli/output/message.c cli/output/message.h \
	cli/output/node.c cli/output/node.h \
	cli/output/place.c cli/output/place.h \
	cli/output/progress.c cli/output/progress.h \
	cli/output/stdout.c cli/output/stdout.h \
	cli/output/streams.c cli/output/streams.h \
	cli/output/table.c cli/output/table.h \
	cli/output/terminal.c cli/output/terminal.h \
	cli/output/text.c cli/output/text.h \
	cli/output/wrap.c cli/output/wrap.h \
	cli/options/arguments.c cli/options/arguments.h \
	cli/options/help.c cli/options/help.h \
	cli/options/table.c cli/options/table.h \
	cli/options/verb.c cli/options/verb.h \
	cli/session/doubts.c cli/session/doubts.h \
	cli/process/caught.c cli/process/caught.h \
	cli/process/child.c cli/process/child.h \
	cli/process/pause.c cli/process/pause.h \
	cli/process/signals.c cli/process/signals.h \
	cli/process/words.c cli/process/words.h \
	cli/session/flags.c cli/session/flags.h \
	cli/session/keys.c cli/session/keys.h \
	cli/session/me.c cli/session/me.h \
	cli/session/node-text.c cli/session/node-text.h \
	cli/session/preloaded.c cli/session/preloaded.h \
	cli/session/session.c cli/session/session.h \
	cli/verbs/compare.c cli/verbs/compare.h \
	cli/verbs/complete.c cli/verbs/complete.h \
	cli/verbs/completion.c \
	cli/verbs/config.c \
	cli/verbs/diff.c \
	cli/verbs/exec.c \
	cli/verbs/explain.c \
	cli/verbs/nodes.c \
	cli/verbs/owns.c \
	cli/verbs/replicas.c cli/verbs/replicas.h \
	cli/verbs/shares.c cli/verbs/shares.h \
	cli/verbs/keep/job.c cli/verbs/keep/job.h \
	cli/verbs/keep/verb.c \
	cli/verbs/plugins/list.c \
	cli/verbs/plugins/new.c \
	cli/verbs/plugins/test.c \
	cli/verbs/plugins/verb.c \
	cli/verbs/plugins/words.h \
	cli/verbs/select/answer.c cli/verbs/select/answer.h \
	cli/verbs/select/stream.c cli/verbs/select/stream.h \
	cli/verbs/select/verb.c \
	cli/verbs/simulate/chart.c \
	cli/verbs/simulate/flows.c cli/verbs/simulate/flows.h \
	cli/verbs/simulate/run.c \
	cli/verbs/simulate/simulation.c cli/verbs/simulate/simulation.h \
	cli/verbs/simulate/statistics.c cli/verbs/simulate/statistics.h \
	cli/verbs/simulate/svg.c \
	cli/verbs/simulate/verb.c \
	cli/verbs/watch/duty.c cli/verbs/watch/duty.h \
	cli/verbs/watch/form.c cli/verbs/watch/form.h \
	cli/verbs/watch/hearing.c cli/verbs/watch/hearing.h \
	cli/verbs/watch/report.c cli/verbs/watch/report.h \
	cli/verbs/watch/servers.c cli/verbs/watch/servers.h \
	cli/verbs/watch/verb.c
proxenos_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/cli -Icli
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
cli/verbs/proxenos-completion.$(OBJEXT): cli/completion-scripts.h
cli/completion-scripts.h: cli/local.mk $(dist_bashcompletion_DATA) $(dist_fishcompletion_DATA) $(dist_zshcompletion_DATA)
	$(AM_V_GEN)$(MKDIR_P) cli && cd $(srcdir)/cli/completions && \
	files='bash_script=proxenos fish_script=proxenos.fish zsh_script=_proxenos' && \
	{ $(files_as_text); } >$(abs_top_builddir)/$@.tmp && mv $(abs_top_builddir)/$@.tmp $(abs_top_builddir)/$@

# The projects of `proxenos plugins new`.
plugin_templates = \
	cli/verbs/plugins/templates/README.md.in \
	cli/verbs/plugins/templates/backend.c.in \
	cli/verbs/plugins/templates/hash.c.in \
	cli/verbs/plugins/templates/make.in \
	cli/verbs/plugins/templates/test-backend.sh.in \
	cli/verbs/plugins/templates/test-hash.sh.in
plugin_template_texts = \
	backend_template=backend.c.in \
	hash_template=hash.c.in \
	make_template=make.in \
	readme_template=README.md.in \
	test_backend_template=test-backend.sh.in \
	test_hash_template=test-hash.sh.in
EXTRA_DIST += $(plugin_templates)
cli/verbs/plugins/proxenos-new.$(OBJEXT): cli/plugin-templates.h
cli/plugin-templates.h: cli/local.mk $(plugin_templates)
	$(AM_V_GEN)$(MKDIR_P) cli && cd $(srcdir)/cli/verbs/plugins/templates && \
	files='$(plugin_template_texts)' && \
	{ $(files_as_text); } >$(abs_top_builddir)/$@.tmp && mv $(abs_top_builddir)/$@.tmp $(abs_top_builddir)/$@
CLEANFILES += cli/completion-scripts.h cli/plugin-templates.h
