/** That files cannot be put where they should be: one sentence for people. */
export class NoRoomError extends Error {
  override readonly name = 'NoRoomError';
}
