/** Gives the reader a file. */

export function saveText(name: string, text: string, mediaType: string): void {
  saveBlob(name, new Blob([text], { type: mediaType }));
}

export function saveBase64(name: string, data: string, mediaType: string): void {
  const bytes = Uint8Array.from(atob(data), char => char.charCodeAt(0));
  saveBlob(name, new Blob([bytes], { type: mediaType }));
}

function saveBlob(name: string, blob: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
