/** How a stream is named in a call: by name, or by ARN. Pure. */
export type StreamRef = { readonly StreamName: string } | { readonly StreamARN: string };

/** The members for what a person wrote. */
export function streamRef(text: string): StreamRef {
  return text.startsWith('arn:') ? { StreamARN: text } : { StreamName: text };
}
