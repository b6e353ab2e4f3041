"""Ways to say a change as a document: JSON patch, merge patch, strategic merge patch, each on plain JSON values."""
