"""What a person does, one verb a file: load the case, let the rules decide, save."""
