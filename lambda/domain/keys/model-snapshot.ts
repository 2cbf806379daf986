/** The model that a dated snapshot, such as `gpt-image-2-2026-04-21`, is one of: it has the same abilities. Any other, as it is. */
export const baseModelOf = (model: string): string => model.replace(/-\d{4}-\d{2}-\d{2}$/, '');
