"""Who owns which field of an object: what ``metadata.managedFields`` says, and what server-side apply goes by."""
