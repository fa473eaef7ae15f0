let audio: AudioContext | undefined;

/** A soft note; silence where the browser does not allow it. */
export function ping(): void {
  try {
    audio ??= new AudioContext();
    const now = audio.currentTime;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = 740;
    volume.gain.setValueAtTime(0.06, now);
    volume.gain.exponentialRampToValueAtTime(0.001, now + 0.4);
    tone.connect(volume).connect(audio.destination);
    tone.start();
    tone.stop(now + 0.4);
  } catch {
    // No sound here; the badge tells.
  }
}
