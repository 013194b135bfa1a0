"""The pages of a line that need both its menus and its calls: try it, the time machine, golden calls, publish."""
