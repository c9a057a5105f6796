/** Server-sent events out of a response: `EventSource` can't send the header that Lab's server asks for. */

export interface ServerEvent {
  event: string;
  data: string;
}

/**
 * Reads events until the stream ends.
 *
 * @param body of a response of the type text/event-stream.
 * @param onEvent called with each event; lines that only keep the connection alive come as null.
 */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  onEvent: (event: ServerEvent | null) => void
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    blocks.forEach(block => onEvent(eventOf(block)));
  }
}

/** An event as its lines say it; null for comments. */
export function eventOf(block: string): ServerEvent | null {
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const [, field, value] = /^(\w*):? ?(.*)$/.exec(line) ?? [];
    if (field === 'event') {
      event = value ?? '';
    } else if (field === 'data') {
      data.push(value ?? '');
    }
  }
  return data.length ? { event, data: data.join('\n') } : null;
}
